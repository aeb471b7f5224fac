import { ApiError } from "@nexus/api";
import { expect, test, vi } from "vitest";
import { NotConfirmed, pendingStepUp, subscribeStepUp, withStepUp } from "./stepUp";

const required = new ApiError(401, { code: "step-up-required", detail: "confirm" }, new Headers());

test("what needs no confirmation is done once", async () => {
  const work = vi.fn<() => Promise<number>>(async () => 7);
  expect(await withStepUp(work)).toBe(7);
  expect(work).toHaveBeenCalledTimes(1);
});

test("after the confirmation it is done again", async () => {
  const work = vi.fn<() => Promise<number>>(async () => 7).mockRejectedValueOnce(required);
  const changed = vi.fn<() => void>();
  const unsubscribe = subscribeStepUp(changed);
  const result = withStepUp(work);
  await vi.waitFor(() => expect(pendingStepUp()).not.toBeNull());
  pendingStepUp()?.confirmed();
  expect(await result).toBe(7);
  expect(pendingStepUp()).toBeNull();
  expect(changed).toHaveBeenCalledTimes(2);
  unsubscribe();
});

test("without it, it is not", async () => {
  const work = vi.fn<() => Promise<number>>().mockRejectedValue(required);
  const result = withStepUp(work);
  await vi.waitFor(() => expect(pendingStepUp()).not.toBeNull());
  pendingStepUp()?.cancelled();
  await expect(result).rejects.toBeInstanceOf(NotConfirmed);
  expect(work).toHaveBeenCalledTimes(1);
});
