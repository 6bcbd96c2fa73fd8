package io.crius.streaming.session;

/** The size of a terminal in characters; both 0 to 65535. */
public record TerminalSize(int width, int height) {}
