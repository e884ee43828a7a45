"""Behaviour tests: rules of labelling, and small changes that keep or change a label.

After Ribeiro et al. (2020), "Beyond Accuracy: Behavioral Testing of NLP Models with CheckList".
"""
