"""The model card of the embedded weights: Markdown and pictures, made from reports of ``evaluate``."""
