"""The calls: options, messages, exit codes."""
