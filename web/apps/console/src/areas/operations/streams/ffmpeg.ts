/** The line that publishes a file the way that StreamCore likes it: H.264 and AAC, a keyframe every two seconds. */
export function ffmpegLine(server: string, key: string): string {
  return [
    "ffmpeg -re -i show.mp4",
    "-c:v libx264 -preset veryfast -b:v 4500k -maxrate 4500k -bufsize 9000k",
    '-pix_fmt yuv420p -force_key_frames "expr:gte(t,n_forced*2)" -sc_threshold 0',
    "-c:a aac -b:a 160k -ar 48000",
    `-f flv ${server}/${key}`,
  ].join(" ");
}
