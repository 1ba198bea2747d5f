"""The switchboard: settings, addresses, the queue and the worker's parent process."""
