"""Tests of what a tree of futures is asked."""
