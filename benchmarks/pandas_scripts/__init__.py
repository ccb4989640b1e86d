"""The duties as an ordinary analyst would script them with pandas, to be measured against."""
