// From pixels to the texts of all QR codes in them: by the browser's own detector where there is one, else by ZXing.
import { workerUrl } from "../trusted.ts";

export interface Decoder {
  decode(frame: HTMLCanvasElement, careful: boolean): Promise<string[]>;
}

interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

let made: Promise<Decoder> | null = null;

/** The decoder of this browser, loaded when it is first needed. */
export function decoder(): Promise<Decoder> {
  made ??= ownOrZxing();
  return made;
}

async function ownOrZxing(): Promise<Decoder> {
  const { BarcodeDetector: Own } = globalThis as { BarcodeDetector?: DetectorClass };
  const formats = (await Own?.getSupportedFormats().catch(() => [])) ?? [];
  if (!Own || !formats.includes("qr_code")) return zxing();
  const detector = new Own({ formats: ["qr_code"] });
  let second: Decoder | null = null;
  return {
    // A picture that the own detector finds nothing in, such as an inverted label, gets a second look.
    async decode(frame, careful) {
      const found = await detector.detect(frame).catch(() => []);
      if (found.length || !careful) return found.map((one) => one.rawValue);
      second ??= zxing();
      return second.decode(frame, careful);
    },
  };
}

function zxing(): Decoder {
  const { decoder: path } = document.documentElement.dataset;
  const worker = new Worker(workerUrl(path ?? ""));
  const waiting = new Map<number, (texts: string[]) => void>();
  let last = 0;
  worker.onmessage = ({ data }: MessageEvent<{ id: number; texts: string[] }>) => {
    waiting.get(data.id)?.(data.texts);
    waiting.delete(data.id);
  };
  // A worker that could not be loaded (no network yet) answers "nothing", and is tried again with the next frame.
  worker.onerror = () => {
    for (const answer of waiting.values()) answer([]);
    waiting.clear();
    made = null;
  };
  return {
    async decode(frame, careful) {
      const { width, height } = frame;
      const { buffer } = frame.getContext("2d", { willReadFrequently: true })!.getImageData(0, 0, width, height).data;
      last += 1;
      const id = last;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        worker.postMessage({ id, pixels: buffer, width, height, careful }, [buffer]);
      });
    },
  };
}
