"""Tests of the checker: sound plans made by hand, then broken on purpose."""
