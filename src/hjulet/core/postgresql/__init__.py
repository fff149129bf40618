"""Django's PostgreSQL, where each statement carries the claims of who asks (core.net)."""
