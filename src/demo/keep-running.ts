import { launch, type Options } from "./programs.ts"
import { watchCode } from "./watch-code.ts"

export type Watched = Options & {
  /** Folders of `src`: a change in one of them starts the program again. */
  readonly folders: ReadonlyArray<string>
  /** Gets every line of its stdout, and what happens to it. */
  readonly say: (line: string) => void
}

/** Runs one of our programs, again after each change of its code. Returns when it listens for the first time. */
export const keepRunning = (file: string, { folders, say, ...options }: Watched): Promise<void> =>
  new Promise((listens) => {
    const run = () => {
      const launched = launch(file, options, say)
      launched.listening.then(
        () => listens(),
        () => {}
      )
      launched.ended.then((code) => {
        if (code && !isChanging) say(`ended with exit code ${code}; a change starts it again`)
      })
      return launched
    }
    let isChanging = false
    let program = run()
    const again = async () => {
      if (isChanging) return
      isChanging = true
      await program.stop()
      isChanging = false
      say("started again, since its code changed")
      program = run()
    }
    watchCode(folders, again)
  })
