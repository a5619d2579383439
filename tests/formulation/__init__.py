"""Tests of the formulation."""
