"""Tests of the input side: reading, checking, warning."""
