package io.crius.cgroup;

import io.crius.cgroup.CgroupDetail.DeviceIo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lines about block devices, which begin with {@code major:minor}. */
final class DeviceLines {
    private DeviceLines() {}

    /** Kernel: cgroup-v2.rst, io.stat: {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0}. */
    static List<DeviceIo> unified(String text) {
        var devices = new ArrayList<DeviceIo>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ");
            device(words[0])
                    .ifPresent(device -> devices.add(new DeviceIo(
                            device[0],
                            device[1],
                            named(words, "rbytes="),
                            named(words, "wbytes="),
                            named(words, "rios="),
                            named(words, "wios="))));
        }
        return devices;
    }

    private static long named(String[] words, String key) {
        for (String word : words) {
            if (word.startsWith(key)) {
                return CgroupText.number(word.substring(key.length()));
            }
        }
        return 0;
    }

    /** Kernel: blkio-controller.rst: a file each for bytes and operations, {@code 8:0 Read 1}, {@code 8:0 Write 2}, … */
    static List<DeviceIo> hierarchies(String bytes, String operations) {
        Map<String, long[]> counts = new LinkedHashMap<>();
        add(counts, bytes, 0);
        add(counts, operations, 2);
        var devices = new ArrayList<DeviceIo>();
        counts.forEach((name, count) -> device(name)
                .ifPresent(device ->
                        devices.add(new DeviceIo(device[0], device[1], count[0], count[1], count[2], count[3]))));
        return devices;
    }

    private static void add(Map<String, long[]> counts, String text, int place) {
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ");
            int write = words.length == 3 && words[1].equals("Write") ? 1 : 0;
            if (words.length == 3 && (write == 1 || words[1].equals("Read"))) {
                counts.computeIfAbsent(words[0], _ -> new long[4])[place + write] = CgroupText.number(words[2]);
            }
        }
    }

    private static Optional<int[]> device(String text) {
        int colon = text.indexOf(':');
        try {
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new int[] {
                        Integer.parseInt(text, 0, colon, 10), Integer.parseInt(text, colon + 1, text.length(), 10)
                    });
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
