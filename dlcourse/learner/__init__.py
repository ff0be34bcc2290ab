"""What a learner starts: copies of the lectures, JupyterLab, and a look at the machine."""
