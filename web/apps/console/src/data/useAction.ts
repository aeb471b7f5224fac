import { useMutation, type UseMutationResult } from "@tanstack/react-query";
import { withStepUp } from "./stepUp";

/** Something that changes things on the server; asks who is there when the server wants to know. */
export function useAction<T, V = void>(
  run: (input: V) => Promise<T>,
  done?: (result: T, input: V) => unknown,
): UseMutationResult<T, Error, V> {
  return useMutation({
    mutationFn: (input: V) => withStepUp(() => run(input)),
    ...(done === undefined ? {} : { onSuccess: (result: T, input: V) => done(result, input) }),
  });
}
