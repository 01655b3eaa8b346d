import type { Calibration, CalibrationLimits } from "./calibrate/measure-machine.ts";

/** Measures the machine of the server that the URL names. Throws what connecting and measuring throw. */
export async function runCalibrate(url: string, limits: CalibrationLimits): Promise<Calibration> {
  const { connectForWriting } = await import("./connect/connect.ts");
  const { measureMachine } = await import("./calibrate/measure-machine.ts");
  const session = await connectForWriting({ url, statementTimeoutMs: limits.timeMs, lockTimeoutMs: 1000 });
  try {
    return await measureMachine(session, limits);
  } finally {
    await session.close(); // its temporary tables go with it
  }
}
