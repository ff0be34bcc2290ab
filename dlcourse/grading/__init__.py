"""From a submission to its marks: cells, sandbox, judge, class, gradebook."""
