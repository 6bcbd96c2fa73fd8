package io.crius.linux.abi;

/** The processor architectures whose system calls are known here. */
public enum Architecture {
    X86_64,
    /** Also stands for the numbers that all newer architectures share (asm-generic). */
    ARM64;

    private static final Architecture CURRENT = named(System.getProperty("os.arch"));

    /** The one this program runs on. */
    public static Architecture current() {
        return CURRENT;
    }

    private static Architecture named(String name) {
        return switch (name) {
            case "amd64" -> X86_64;
            case "aarch64" -> ARM64;
            default ->
                throw new UnsupportedOperationException(
                        "Crius knows the system calls of x86-64 and arm64, not those of " + name);
        };
    }

    public int pick(int x86, int arm) {
        return this == X86_64 ? x86 : arm;
    }
}
