// The camera: started on a tap, looked at frame by frame, with its torch and its choice of lenses.
import { decoder } from "./decoder.ts";

export type CameraFault = "denied" | "none" | "busy" | "insecure" | "other";

/** Longest side of what is decoded: more finds no more codes and takes longer. */
const LONGEST_SIDE = 1280;
const PAUSE = 60;
const PREFERRED = "claimstack-camera";

interface TorchCapabilities extends MediaTrackCapabilities {
  torch?: boolean;
}

export class Camera {
  private stream: MediaStream | null = null;
  /** Counts starts and stops: a lens that opens after a later one was chosen, or after the end, is closed again. */
  private turn = 0;
  private readonly canvas = document.createElement("canvas");
  private readonly video: HTMLVideoElement;
  private readonly seen: (texts: string[]) => void;

  constructor(video: HTMLVideoElement, seen: (texts: string[]) => void) {
    this.video = video;
    this.seen = seen;
  }

  get running(): boolean {
    return this.stream !== null;
  }

  /** Start; throws the kind of fault as text. */
  async start(deviceId = localStorage.getItem(PREFERRED) ?? ""): Promise<void> {
    this.stop();
    const { turn } = this;
    const stream = await opened(deviceId);
    if (turn !== this.turn) {
      end(stream);
      return;
    }
    this.stream = stream;
    this.video.srcObject = stream;
    await this.video.play().catch((fault) => {
      if (turn === this.turn) throw fault; // else: another picture came in between
    });
    if (turn === this.turn) void this.look(stream);
  }

  stop(): void {
    this.turn += 1;
    if (this.stream) end(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  /** The lenses that there are; their names are known once the camera was allowed. */
  async choices(): Promise<MediaDeviceInfo[]> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.filter((device) => device.kind === "videoinput" && device.deviceId);
  }

  async choose(deviceId: string): Promise<void> {
    localStorage.setItem(PREFERRED, deviceId);
    await this.start(deviceId);
  }

  get current(): string {
    return this.track?.getSettings().deviceId ?? "";
  }

  get hasTorch(): boolean {
    return Boolean((this.track?.getCapabilities?.() as TorchCapabilities | undefined)?.torch);
  }

  async torch(on: boolean): Promise<void> {
    await this.track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
  }

  private get track(): MediaStreamTrack | undefined {
    return this.stream?.getVideoTracks()[0];
  }

  private async look(stream: MediaStream): Promise<void> {
    while (this.stream === stream) {
      if (this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden) {
        const begun = performance.now();
        const texts = await (await decoder()).decode(
          drawn(this.canvas, this.video, this.video.videoWidth, this.video.videoHeight),
          false,
        );
        // How long the last frame took: read by the proof of its speed.
        this.video.dataset.frame = String(Math.round(performance.now() - begun));
        if (this.stream === stream && texts.length) this.seen(texts);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function opened(deviceId: string): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error(globalThis.isSecureContext ? "none" : "insecure");
  const size = { width: { ideal: 1920 }, height: { ideal: 1080 } };
  const lens = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: { ideal: "environment" } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...size, ...lens }, audio: false });
  } catch (error) {
    throw new Error(FAULTS[(error as DOMException).name] ?? "other");
  }
}

const FAULTS: Record<string, CameraFault> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

function drawn(
  canvas: HTMLCanvasElement,
  source: CanvasImageSource,
  width: number,
  height: number,
  longest = LONGEST_SIDE,
): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d", { willReadFrequently: true })!.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The codes in a picture that was chosen: looked at as it is, and if nothing is found, smaller and larger. */
export async function readPicture(file: Blob): Promise<string[]> {
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  for (const longest of [1600, 3200, 800]) {
    const found = await (await decoder()).decode(drawn(canvas, picture, picture.width, picture.height, longest), true);
    if (found.length) return found;
  }
  return [];
}
