"""The duties as an ordinary analyst would script them with pandas, to be measured against.

Each gives the figures that its duty prints, and `make bench` sees that they are the same before timing them.
What a duty has beyond its figures a script has not: rules by their dates, exports of any layout, damaged
files explained, findings and their proof.
"""
