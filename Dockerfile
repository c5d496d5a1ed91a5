# The app as a container: slim, not root, CPU by default.
#
#   docker build -t dpn-lab .                                          # CPU
#   docker build -t dpn-lab --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu130 .   # CUDA
#   docker run -p 8501:8501 -v dpn-runs:/srv/runs -v dpn-data:/srv/data dpn-lab
FROM python:3.12-slim

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

RUN useradd --create-home --uid 10001 lab \
 && mkdir -p /srv/app /srv/runs /srv/data \
 && chown lab /srv/runs /srv/data
WORKDIR /srv/app

# torch first, from the index for the device: it is most of the image and changes least. Authlib is
# for those who let visitors sign in.
COPY requirements.txt .
RUN pip install --no-cache-dir --index-url "$TORCH_INDEX" --extra-index-url https://pypi.org/simple \
      "torch>=2.11" "torchvision>=0.26" \
 && pip install --no-cache-dir -r requirements.txt "Authlib>=1.3.2"

COPY app.py ./
COPY dpn ./dpn
COPY pages ./pages
COPY .streamlit ./.streamlit

# An address that others reach makes it a public server: limits, and trainings that have owners.
ENV DPN_RUNS_DIR=/srv/runs DPN_DATA_DIR=/srv/data DPN_LOG=json \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_SERVER_HEADLESS=true PYTHONUNBUFFERED=1
USER lab
VOLUME ["/srv/runs", "/srv/data"]
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://localhost:8501/_stcore/health', timeout=4)"]
# SIGTERM reaches the server itself: trainings are saved, and it ends within 10 seconds.
STOPSIGNAL SIGTERM
CMD ["streamlit", "run", "app.py"]
