"""BPMN 2.0 as files, step table and drawing. Knows neither the database nor HTTP."""
