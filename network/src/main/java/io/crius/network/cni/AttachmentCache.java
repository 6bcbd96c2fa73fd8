package io.crius.network.cni;

import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonArray;
import io.crius.oci.json.JsonObject;
import io.crius.oci.json.JsonString;
import io.crius.oci.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Libcni's cache: what each attachment was made with and what came of it, one file per attachment.
 *
 * <p>{@code <cache_dir>/results/<network>-<container id>-<interface>}, mode 0600:
 *
 * {@snippet lang = json :
 * {"kind": "cniCacheV1", "containerId": "2f…", "config": "<base64 of the whole network configuration>",
 *  "ifName": "eth0", "networkName": "pods", "netns": "/run/netns/2f…", "cniArgs": [["IgnoreUnknown", "1"]],
 *  "capabilityArgs": {"portMappings": []}, "result": {"cniVersion": "1.0.0", "ips": []}}
 * }
 *
 * <p>Crius writes the file already before ADD, with an empty result and {@code "crius.io/pending": true}: a daemon that is
 * killed during ADD finds it and can detach with the right configuration. Other readers see an attachment without addresses.
 *
 * <p>Thread-safe for different attachments. Files are replaced by rename but not synced: after a power failure the kernel's
 * half of the attachment is gone as well, and a file that did not survive is treated as absent.
 */
final class AttachmentCache {
    private static final String KIND = "cniCacheV1";
    private static final String PENDING = "crius.io/pending";
    private static final long LARGEST_FILE = 4 << 20;
    private static final FileAttribute<?> FOLDER_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * One attachment on disk.
     *
     * @param config empty in the oldest form of the file, which is a bare result
     * @param result empty while ADD has not ended
     */
    record Entry(
            Path file,
            String network,
            Invocation invocation,
            Optional<JsonObject> config,
            Optional<JsonObject> result) {
        /** The network as it was when the attachment was made; empty where the file does not tell. */
        Optional<NetworkList> asMade() {
            try {
                return config.map(NetworkParser::list)
                        .map(draft -> draft.in(draft.versions().getFirst()));
            } catch (CriusException.InvalidArgument _) {
                return Optional.empty();
            }
        }
    }

    private final Path folder;

    AttachmentCache(Path cacheDirectory) {
        this.folder = cacheDirectory.resolve("results");
    }

    /** Records an attachment that is about to be made. */
    void writePending(NetworkList network, Invocation invocation) throws IOException {
        JsonObject nothing = JsonObject.builder()
                .put("cniVersion", network.version().toString())
                .build();
        write(network, invocation, entry(network, invocation, nothing).put(PENDING, true));
    }

    /** Records an attachment with its result. */
    void write(NetworkList network, Invocation invocation, JsonObject result) throws IOException {
        write(network, invocation, entry(network, invocation, result));
    }

    /** The attachment to this network; empty also if its file cannot be understood. */
    Optional<Entry> find(String network, String containerId, String interfaceName) throws IOException {
        return read(folder.resolve(fileName(network, containerId, interfaceName)));
    }

    /** The container's attachments under this interface name, to whatever networks. */
    List<Entry> find(String containerId, String interfaceName) throws IOException {
        return entries("-" + containerId + "-" + interfaceName);
    }

    /** All attachments that can be understood, also those of other runtimes. */
    List<Entry> all() throws IOException {
        return entries("");
    }

    /** Forgets the container's attachments under this interface name, understood or not. Idempotent. */
    void forget(String containerId, String interfaceName) throws IOException {
        for (Path file : files("-" + containerId + "-" + interfaceName)) {
            Files.deleteIfExists(file);
        }
    }

    /** Forgets one attachment. Idempotent. */
    void forget(Entry entry) throws IOException {
        Files.deleteIfExists(entry.file());
    }

    private static JsonObject.Builder entry(NetworkList network, Invocation invocation, JsonObject result) {
        String config = Base64.getEncoder().encodeToString(Json.writeBytes(network.json()));
        return JsonObject.builder()
                .put("kind", KIND)
                .put("containerId", invocation.containerId())
                .put("config", config)
                .put("ifName", invocation.interfaceName())
                .put("networkName", network.name())
                .put("netns", invocation.netns())
                .put("cniArgs", JsonArray.of(List.copyOf(invocation.args().entrySet()), AttachmentCache::pair))
                .put("capabilityArgs", invocation.capabilities())
                .put("result", result);
    }

    private void write(NetworkList network, Invocation invocation, JsonObject.Builder entry) throws IOException {
        String name = fileName(network.name(), invocation.containerId(), invocation.interfaceName());
        Path beside = folder.resolve("." + name);
        byte[] content = Json.writeBytes(entry.build());
        try {
            writeFile(beside, content);
        } catch (NoSuchFileException _) {
            Files.createDirectories(folder, FOLDER_MODE);
            writeFile(beside, content);
        }
        Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void writeFile(Path file, byte[] content) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options, FILE_MODE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private List<Entry> entries(String suffix) throws IOException {
        var entries = new ArrayList<Entry>();
        for (Path file : files(suffix)) {
            read(file).ifPresent(entries::add);
        }
        return entries;
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return !name.startsWith(".") && name.endsWith(suffix);
                    })
                    .sorted()
                    .toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    private static Optional<Entry> read(Path file) throws IOException {
        try {
            if (Files.size(file) <= LARGEST_FILE && Json.parse(Files.readAllBytes(file)) instanceof JsonObject json) {
                return Fields.text(json, "kind").filter(KIND::equals).isPresent()
                        ? Optional.of(parse(file, json))
                        : bareResult(file, json);
            }
            return Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (CriusException.InvalidArgument | IllegalArgumentException _) {
            // Compat: libcni ignores a file that it cannot read as well; DEL then runs without it.
            return Optional.empty();
        }
    }

    private static Entry parse(Path file, JsonObject json) {
        var args = new LinkedHashMap<String, String>();
        json.items("cniArgs", AttachmentCache::pair).forEach(pair -> args.put(pair.getFirst(), pair.getLast()));
        var invocation = new Invocation(
                // Compat: libcni's readers ignore the case of keys.
                Fields.text(json, "containerId")
                        .or(() -> Fields.text(json, "containerID"))
                        .orElseThrow(() -> new CriusException.InvalidArgument("no containerId")),
                Fields.text(json, "netns").orElse(""),
                Fields.text(json, "ifName").orElseThrow(() -> new CriusException.InvalidArgument("no ifName")),
                args,
                json.object("capabilityArgs").orElseGet(() -> JsonObject.EMPTY));
        return new Entry(
                file,
                Fields.text(json, "networkName")
                        .orElseThrow(() -> new CriusException.InvalidArgument("no networkName")),
                invocation,
                Fields.text(json, "config").map(AttachmentCache::decode),
                Fields.flag(json, PENDING) ? Optional.empty() : json.object("result"));
    }

    private static JsonArray pair(Map.Entry<String, String> pair) {
        return JsonArray.ofStrings(List.of(pair.getKey(), pair.getValue()));
    }

    private static List<String> pair(JsonValue value) {
        if (value instanceof JsonArray(List<JsonValue> items)
                && items.size() == 2
                && items.getFirst() instanceof JsonString(String key)
                && items.getLast() instanceof JsonString(String text)) {
            return List.of(key, text);
        }
        throw new CriusException.InvalidArgument("a pair of strings is needed");
    }

    private static JsonObject decode(String base64) {
        return Json.parseObject(Base64.getDecoder().decode(base64), "config");
    }

    /** Compat: before 0.8 libcni wrote nothing but the result; whose it is only the file's name tells. */
    private static Optional<Entry> bareResult(Path file, JsonObject result) {
        String name = file.getFileName().toString();
        int interfaceDash = name.lastIndexOf('-');
        int idDash = interfaceDash < 0 ? -1 : name.lastIndexOf('-', interfaceDash - 1);
        if (idDash <= 0 || result.value("cniVersion").isEmpty()) {
            return Optional.empty();
        }
        var invocation = new Invocation(
                name.substring(idDash + 1, interfaceDash),
                "",
                name.substring(interfaceDash + 1),
                Map.of(),
                JsonObject.EMPTY);
        return Optional.of(
                new Entry(file, name.substring(0, idDash), invocation, Optional.empty(), Optional.of(result)));
    }

    private static String fileName(String network, String containerId, String interfaceName) {
        return network + "-" + containerId + "-" + interfaceName;
    }
}
