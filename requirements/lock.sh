#!/bin/sh
# Writes run.txt, dev.txt, checks.txt, bench.txt and fuzz.txt from their .in files with the newest versions; needs `uv` on the PATH.
# torch's own CUDA packages stay out: they belong to the build of torch that pip picks (a CPU
# build declares none), and naming them here would fetch gigabytes on machines without a GPU.
set -eu
export UV_PYTHON_DOWNLOADS=never
cd "$(dirname "$0")"
cuda='cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc nvidia-cuda-runtime
nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse nvidia-cusparselt-cu13
nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx triton'
leave_out=
for name in $cuda; do leave_out="$leave_out --no-emit-package $name"; done
for set in run dev checks bench fuzz; do
  python=3.10
  [ "$set" = fuzz ] && python=3.11
  # shellcheck disable=SC2086
  uv pip compile --universal --python-version "$python" --no-emit-index-url --no-header --no-annotate \
    $leave_out "$set.in" -o "$set.txt" >/dev/null
done
