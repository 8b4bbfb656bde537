#!/usr/bin/env bash
# What a machine with a GPU should tell about this library, in at most eight minutes:
#
#   npm run build && bench/gpu.sh [FOLDER]        # default gpu-bench; then FOLDER/gpu.json and FOLDER/gpu.html
#
# Every part has its own time limit and its own file; one that fails or runs out of time is recorded and the rest goes on. The exit
# status is 1 if any did. Wants Node and dist/ alone (and python3 with torch for the comparison with CUDA).
#   DEVICE=software SMALL=1 bench/gpu.sh          # to try the script on a CPU adapter: small sizes and limits
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-gpu-bench}
device=${DEVICE:-hardware}
mkdir -p "$out"
rm -f "$out"/*.jsonl "$out"/*.log "$out"/parts.txt
failed=0
# Of the whole script; what comes too late is recorded as out of time.
most=${SECONDS_AT_MOST:-470}

# part NAME SECONDS COMMAND...: data to NAME.jsonl, lines for people to NAME.log, the outcome to parts.txt.
part() {
  local name=$1 limit=$2 start=$SECONDS status
  shift 2
  [ "$limit" -le $((most - SECONDS)) ] || limit=$((most - SECONDS))
  if [ "$limit" -ge 1 ]; then
    timeout --kill-after=5 "$limit" "$@" >"$out/$name.jsonl" 2>"$out/$name.log"
    status=$?
  else
    echo "no time was left" >"$out/$name.log"
    status=124
  fi
  [ $status -eq 0 ] || failed=1
  printf '%s\t%s\t%s\n' "$name" "$status" $((SECONDS - start)) >>"$out/parts.txt"
  printf '%-28s %s (%s s)\n' "$name" "$([ $status -eq 0 ] && echo done || echo "exit status $status")" $((SECONDS - start)) >&2
}

sppgpu() { part "$1" "$2" node "$root/dist/cli.js" "${@:3}" --json --device "$device"; }

if [ -n "${SMALL:-}" ]; then
  matmul=128 conv=7 rows=256 map=7 budget=0.05 nets=(--model small --batch 4 --input 32) sweep='side_7_|windows_10_fwd' limit=60
  detect=(--model small --pictures 1 --windows 40 --classes 3) selftest=(--op relu spatialPyramidPool matmul)
else
  matmul=2048 conv=56 rows=8192 map=26 budget=0.3 nets=(--budget 1) sweep=. limit=90
  detect=(--pictures 4) selftest=()
fi

sppgpu doctor 20 doctor
sppgpu selftest $((limit > 60 ? 80 : 60)) selftest "${selftest[@]}"
for family in matmul conv2d conv2d-gradient-to-the-input conv2d-gradient-to-the-weights maxPool2d maxPool2d-gradient avgPool2d \
  spatialPyramidPool spatialPyramidPool-gradient localResponseNorm localResponseNorm-gradient sum softmax crossEntropy; do
  case $family in
    matmul) size=$matmul ;;
    conv2d*) size=$conv ;;
    sum | softmax | crossEntropy) size=$rows ;;
    *) size=$map ;;
  esac
  sppgpu "kernels-$family" 20 kernels "$family" --run all --size "$size" --budget "$budget"
done
# Rungs that read halves, those of matrix units among them.
sppgpu kernels-matmul-f16 20 kernels matmul --run all --precision f16 --size "$matmul" --budget "$budget"
sppgpu kernels-conv2d-f16 20 kernels conv2d --run all --precision f16 --size "$conv" --budget "$budget"
sppgpu nets "$limit" bench nets "${nets[@]}"
sppgpu pooling "$limit" bench pooling --cases "$sweep" --budget "$budget"
sppgpu detect 60 detect bench "${detect[@]}"
sppgpu bench 60 bench --cases '^matmul|^fc_|zf_conv|maxpool|spp|cross' --roofline --budget "$budget"
node "$root/dist/cli.js" bench --list --json >"$out/cases.json"
# For comparison alone: a machine without it has not failed.
if "${PYTHON:-python3}" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  part torch 60 "${PYTHON:-python3}" "$root/bench/peers/torch_cuda.py" "$out/cases.json" "$budget"
else
  echo 'torch                        left out: no PyTorch with CUDA here' >&2
fi

node "$root/dist/cli.js" bench collect "$out" || failed=1
exit $failed
