"""From files to a checked world: the instance, its policies, its years."""
