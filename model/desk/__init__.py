"""The desk: a page on this machine on which a planner moves a target and sees the best plan change.

``state`` is what the page holds; ``programmes`` solves it with programmes that are kept; ``moving`` tells a plan as
soon as it is solved, ``picture`` lays out what the page shows, ``controls`` says what can be moved; ``bench`` is what a
worker does and ``hands`` are the workers; ``guard`` lets in whom the desk was opened for, ``app`` answers the page,
``serve`` runs it. The page itself stands in ``assets``.
"""
