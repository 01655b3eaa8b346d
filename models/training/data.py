"""Labelled statements, split by application, and the word-level tokenizer of shape texts."""

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, processors

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


@dataclass(frozen=True)
class Statement:
    application: int
    sql: str
    text: str
    label: str


def split_of(application: int) -> str:
    """By application, so that no schema stands on two sides: seven tenths train, one validates, two test."""
    return "train" if application % 10 < 7 else "validation" if application % 10 == 7 else "test"


def read(path: str) -> dict[str, list[Statement]]:
    opener = gzip.open if path.endswith(".gz") else open
    splits: dict[str, list[Statement]] = {"train": [], "validation": [], "test": []}
    with opener(path, "rt") as lines:
        for line in lines:
            row = json.loads(line)
            splits[split_of(row["application"])].append(Statement(row["application"], row["sql"], row["text"], row["label"]))
    return splits


def tokenizer_of(texts: list[str], least: int = 3) -> Tokenizer:
    """Every word of the training texts that occurs often enough; shape texts have a few hundred."""
    counts = Counter(word for text in texts for word in text.split())
    words = SPECIAL + sorted(word for word, count in counts.items() if count >= least and word not in SPECIAL)
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
    tokenizer.enable_truncation(max_length=384)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    saved = Tokenizer.from_str(tokenizer.to_str())
    saved.no_padding()
    saved.no_truncation()
    saved.save(str(folder / "tokenizer.json"))
    about = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 384,
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(about, indent=2) + "\n")
