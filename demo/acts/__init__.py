"""The demo's steps in the order of the work, each by HTTP only."""
