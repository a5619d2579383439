"""Edits of an instance and of a policy: as a sweep's file, a changes file or an option states them."""
