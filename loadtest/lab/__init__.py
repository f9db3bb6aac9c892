"""The load lab: honest comparisons of arena-server with default allocation, on this machine."""
