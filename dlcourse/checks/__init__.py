"""What a student's check cell calls: verdict and diagnosis."""
