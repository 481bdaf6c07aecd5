"""What failures have in common: searched among hyper-parameters, and checked against chance."""
