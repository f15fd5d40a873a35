/** What is wrong with a variable: what it takes, never its value. */
export type Problem = { readonly variable: string; readonly rule: string }
