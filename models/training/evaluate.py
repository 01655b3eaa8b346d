"""Vectors of many texts, and how often the nearest labelled statement has a statement's own label."""

import numpy as np
import torch
from data import Statement
from encoder import Encoder, pooled
from tokenizers import Tokenizer

BATCH = 128


def tensors(tokenizer: Tokenizer, texts: list[str], device: str) -> tuple[torch.Tensor, torch.Tensor]:
    encoded = tokenizer.encode_batch(texts)
    ids = torch.tensor([each.ids for each in encoded], device=device)
    mask = torch.tensor([each.attention_mask for each in encoded], device=device)
    return ids, mask


def vectors(model: Encoder, tokenizer: Tokenizer, texts: list[str], device: str) -> np.ndarray:
    """In the order given; equal texts are run once, texts of like length together."""
    model.eval()
    made: dict[str, np.ndarray] = {}
    distinct = sorted(set(texts), key=lambda text: (len(text.split()), text))
    with torch.no_grad():
        for at in range(0, len(distinct), BATCH):
            chunk = distinct[at : at + BATCH]
            ids, mask = tensors(tokenizer, chunk, device)
            found = pooled(model(ids, mask, torch.zeros_like(ids)), mask).cpu().numpy()
            made.update(zip(chunk, found))
    model.train()
    return np.stack([made[text] for text in texts])


def recall(model: Encoder, tokenizer: Tokenizer, gallery: list[Statement], queries: list[Statement], device: str) -> dict[str, float]:
    """Recall@1, recall@5 and MRR of the label among the gallery's nearest; queries whose label the gallery lacks are left out."""
    labels = np.array([each.label for each in gallery])
    known = [each for each in queries if each.label in set(labels)]
    near = vectors(model, tokenizer, [each.text for each in known], device) @ vectors(model, tokenizer, [each.text for each in gallery], device).T
    order = np.argsort(-near, axis=1, kind="stable")
    hits = labels[order] == np.array([each.label for each in known])[:, None]
    first = hits.argmax(1)
    return {"recall@1": float((first < 1).mean()), "recall@5": float((first < 5).mean()), "mrr": float((1 / (first + 1)).mean()), "queries": len(known)}
