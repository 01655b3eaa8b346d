"""Writes a trained encoder in the layout that transformers.js loads, fp32 and int8, and checks both against PyTorch.

  python export.py --from ../../build/access-shape --weights best.pt --out ../access-shape
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from encoder import Encoder, pooled
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

# Most that a vector's number may differ between PyTorch and ONNX.
TOLERANCE = 1e-3

PROBES = [
    "select relations 1 ; read rows 1e6 width 1e2 where equals column integer by-parameter few scattered even no-nulls reads all",
    "select relations 2 ; read rows 1e4 width 1e2 where contains column jsonb by-constant unknown order-unknown even nulls reads few ; plan limit gives-1e1",
]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--from", dest="source", required=True)
    arguments.add_argument("--weights", default="best.pt")
    arguments.add_argument("--out", required=True)
    options = arguments.parse_args()
    source, out = Path(options.source), Path(options.out)
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    shape = json.loads((source / "shape.json").read_text())
    model = Encoder(**shape)
    model.load_state_dict(torch.load(source / options.weights, weights_only=True))
    model.eval()

    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
    encoded = tokenizer.encode_batch(PROBES)
    ids = torch.tensor([each.ids for each in encoded])
    mask = torch.tensor([each.attention_mask for each in encoded])
    inputs = (ids, mask, torch.zeros_like(ids))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    full = out / "onnx" / "model.onnx"
    torch.onnx.export(
        model,
        inputs,
        str(full),
        input_names=names,
        output_names=["last_hidden_state"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in [*names, "last_hidden_state"]},
        opset_version=17,
        dynamo=False,
    )
    small = out / "onnx" / "model_quantized.onnx"
    quantize_dynamic(str(full), str(small), weight_type=QuantType.QInt8)
    with torch.no_grad():
        expected = pooled(model(*inputs), mask).numpy()
    for path, limit in ((full, TOLERANCE), (small, 0.1)):
        session = onnxruntime.InferenceSession(str(path))
        (hidden,) = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, inputs)})
        found = pooled(torch.tensor(hidden), mask).numpy()
        worst = float(np.abs(found - expected).max())
        print(f"{path.name}: {path.stat().st_size} bytes, at most {worst:.2e} from PyTorch")
        assert worst <= limit, f"{path} differs from PyTorch by {worst}"

    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(source / file, out / file)
    config = {"model_type": "bert", "architectures": ["BertModel"], "hidden_size": shape["width"], "num_hidden_layers": shape["layers"], "vocab_size": shape["vocabulary"], "max_position_embeddings": shape["longest"]}
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "parity.json").write_text(json.dumps({"texts": PROBES, "vectors": [[round(float(x), 6) for x in row] for row in expected]}) + "\n")


main()
