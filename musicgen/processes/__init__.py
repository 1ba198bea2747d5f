"""The processes of an installation: web server, workers with their supervisor, and the job queue."""
