// Reads QR codes from pixels, away from the page: ZXing compiled to WebAssembly. Only this script's own policy lets it compile.
import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

interface Asked {
  id: number;
  pixels: ArrayBuffer;
  width: number;
  height: number;
  /** A picture is looked at closely, a frame of the camera quickly: the next one comes at once. */
  careful: boolean;
}

const scope = self as unknown as DedicatedWorkerGlobalScope;
const OPTIONS: ReaderOptions = {
  formats: ["QRCode"],
  tryInvert: true,
  tryRotate: true,
  tryDownscale: true,
  maxNumberOfSymbols: 64,
};

prepareZXingModule({ overrides: { locateFile: () => wasm } });

scope.onmessage = async ({ data }: MessageEvent<Asked>) => {
  const { id, pixels, width, height, careful } = data;
  try {
    const image = new ImageData(new Uint8ClampedArray(pixels), width, height);
    const found = await readBarcodes(image, { ...OPTIONS, tryHarder: careful });
    scope.postMessage({ id, texts: found.filter((one) => one.isValid).map((one) => one.text) });
  } catch {
    scope.postMessage({ id, texts: [] });
  }
};
