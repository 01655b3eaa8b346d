"""A small transformer encoder whose mean-pooled output is the vector of a shape text. Exported to ONNX it has BERT's inputs and output."""

import math

import torch
from torch import Tensor, nn


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = (
            part.reshape(batch, length, self.heads, width // self.heads).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1)
        )
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + mask
        return self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width))


class Layer(nn.Module):
    """Words first look at their neighbours, then at all others: what is said of a column stands next to it, what decides may stand anywhere."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.before_near = nn.LayerNorm(width)
        self.near = nn.Conv1d(width, width, kernel_size=7, padding=3, groups=width)
        self.before_attention = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.before_feed = nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(4 * width, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor, real: Tensor) -> Tensor:
        # Padding is silenced, so that a text has one vector in every batch.
        x = x + self.near((self.before_near(x) * real).transpose(1, 2)).transpose(1, 2)
        x = x + self.dropout(self.attention(self.before_attention(x), mask))
        return x + self.dropout(self.feed(self.before_feed(x)))


class Encoder(nn.Module):
    def __init__(self, vocabulary: int, width: int = 128, layers: int = 3, heads: int = 4, longest: int = 512, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, width, padding_idx=0)
        self.places = nn.Embedding(longest, width)
        self.layers = nn.ModuleList(Layer(width, heads, dropout) for _ in range(layers))
        self.last = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        # BERT's third input is asked for by transformers.js; nothing depends on it, and adding nothing keeps it in the graph.
        at = torch.arange(input_ids.shape[1], device=input_ids.device).unsqueeze(0) + token_type_ids * 0
        x = self.dropout(self.words(input_ids) + self.places(at))
        real = attention_mask.unsqueeze(-1).to(x.dtype)
        mask = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, mask, real)
        return self.last(x)


def pooled(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """Mean over real tokens, L2 norm 1: what transformers.js does with pooling "mean" and normalize."""
    weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
    mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
    return nn.functional.normalize(mean, dim=-1)
