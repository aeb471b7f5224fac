import Hls from "hls.js";
const Base = Hls.DefaultConfig.loader as any;
export class TmpLoader extends Base {
  load(context: any, config: any, callbacks: any) {
    const ok = callbacks.onSuccess;
    super.load(context, config, { ...callbacks, onSuccess: (r: any, ...rest: any[]) => {
      if (typeof r.data === "string") r.data = r.data.replace(/(DISCONTINUITY-SEQUENCE:)(\d+)/, (_: string, a: string, n: string) => a + (Number(n) % 1000));
      ok(r, ...rest);
    } });
  }
}
