"""What each section tells, drawn from the records."""
