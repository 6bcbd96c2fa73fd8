package io.crius.oci.image;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Which platform a machine is. */
public final class HostPlatform {
    private HostPlatform() {}

    /**
     * The platform of this Linux machine.
     *
     * @param javaArchitecture the system property {@code os.arch}
     * @param cpuinfo reads /proc/cpuinfo; asked only on ARM
     */
    public static Platform of(String javaArchitecture, Supplier<String> cpuinfo) {
        String architecture = switch (javaArchitecture) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case "x86", "i386", "i686" -> "386";
            default -> javaArchitecture;
        };
        boolean arm = architecture.equals("arm") || architecture.equals("arm64");
        return new Platform("linux", architecture, arm ? variant(cpuinfo.get()) : "");
    }

    /** Compat: the words of the kernel that containers/image knows. */
    private static String variant(String cpuinfo) {
        return switch (field(cpuinfo, "cpu architecture").orElse("")) {
            case "8", "aarch64" -> "v8";
            case "7" -> isArmV6(cpuinfo) ? "v6" : "v7";
            case "7m", "?(12)", "?(13)", "?(14)", "?(15)", "?(16)", "?(17)" -> "v7";
            case "6", "6tej" -> "v6";
            case "5", "5t", "5te", "5tej" -> "v5";
            case "4", "4t" -> "v4";
            case "3" -> "v3";
            default -> "";
        };
    }

    /** Kernel: a Raspberry Pi 1 says architecture 7 and shows in its model name that it is 6. */
    private static boolean isArmV6(String cpuinfo) {
        return field(cpuinfo, "model name").orElse("").startsWith("armv6-compatible");
    }

    private static Optional<String> field(String cpuinfo, String name) {
        return cpuinfo.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith(name))
                .filter(line -> line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }
}
