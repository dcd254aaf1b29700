// The camera of the page that registers a device.
import { scan } from "../devices/scan.ts";

scan();
