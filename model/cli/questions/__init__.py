"""Commands that ask something further of an instance, a plan or a policy."""
