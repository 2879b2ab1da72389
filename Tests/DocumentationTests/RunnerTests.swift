import Testing

/// The tests above are worth what their reader and comparison are worth.
@Suite struct RunnerTests {
  static let text = """
    # Page with [a link](docs/x.md#part) and `[no](link)`

    ```console
    $ first
    one
    …
    last …
    $ cat > f <<'END'
    > a: b
    >
    > END
    $ kindred lint   # exits 78
    ```
    ```console no-run
    $ make test
    ```
    """

  @Test func reading() {
    let page = Page(path: "x.md", text: Self.text)
    #expect(page.links.map(\.target) == ["docs/x.md#part"])
    #expect(page.blocks.map(\.info) == ["console", "console no-run"])
    #expect(page.commands.map(\.text) == ["first", "cat > f <<'END'\na: b\n\nEND", "kindred lint   # exits 78"])
    #expect(page.commands.map(\.line) == [4, 8, 12])
    #expect(page.commands.map(\.exitCode) == [0, 0, 78])
    #expect(page.commands[0].expected == ["one", "…", "last …"])
  }

  @Test func comparing() {
    #expect(Expectation.firstMissing(["a", "c"], in: "a\nb\nc\n") == nil)
    #expect(Expectation.firstMissing(["c", "a"], in: "a\nb\nc\n") == "a")
    #expect(Expectation.firstMissing(["…", "id: c-… (…)"], in: "x\r\nid: c-12 (new)  \r\n") == nil)
    #expect(Expectation.firstMissing(["id: c-… (…)"], in: "id: d-12 (new)") == "id: c-… (…)")
    #expect(Expectation.firstMissing(["ab"], in: "abc") == "ab")
    #expect(Expectation.firstMissing([], in: "anything") == nil)
  }

  @Test func codes() {
    let source = #"""
      throw Fault("a-b", "x"); throw Fault(
        "c-d", "y"); Problem(400, "e", "z"); Diagnostic(.error, "f-g", "h"); Refusal(.busy, "i"); thing("j-k", "l"); fail("unfinished")
        findings.error("m-n", "o")
      """#
    #expect(ErrorCodes.codes(in: source) == ["a-b", "c-d", "e", "f-g", "busy", "m-n"])
  }
}
