"""From the raw runs of a result document to intervals, verdicts and findings; prints nothing."""
