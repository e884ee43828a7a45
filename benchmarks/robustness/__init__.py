"""What changes of the text, such as capitals or the residue of HTML, cost in F1."""
