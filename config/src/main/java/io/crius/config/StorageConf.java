package io.crius.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The part of containers-storage.conf(5) that gives {@code [crio]} its defaults.
 *
 * <p>Compat: CRI-O takes root, runroot, driver, image store and the driver's options from there when crio.conf has none, so that
 * podman and CRI-O share a store. Options become a list as in {@code storage_option}: first those of
 * {@code [storage.options]}, then those of the driver's own table, so that the latter win. Other keys are about pulls and
 * user namespaces of podman.
 */
final class StorageConf {
    private static final Map<String, Option<?>> KEYS = Map.of(
            "graphroot", RootTable.ROOT,
            "runroot", RootTable.RUNROOT,
            "imagestore", RootTable.IMAGESTORE,
            "driver", RootTable.STORAGE_DRIVER);

    /** Keys of {@code [storage.options]} by what they are called in an option list. */
    private static final Map<String, String> GENERAL = Map.of(
            "additionalimagestores", "additionalimagestore",
            "additionallayerstores", "additionallayerstore",
            "size", "size",
            "mount_program", "mount_program",
            "mountopt", "mountopt",
            "skip_mount_home", "skip_mount_home",
            "ignore_chown_errors", "ignore_chown_errors",
            "force_mask", "force_mask",
            "use_composefs", "use_composefs",
            "disable-volatile", "disable-volatile");

    private StorageConf() {}

    static void read(TomlCodec.Document document, Findings findings) {
        Map<String, RawValue> storage = table(document.root().values(), "storage");
        storage.forEach((key, value) -> {
            Option<?> option = KEYS.get(key);
            if (option != null && !value.equals(new RawValue.Text(""))) {
                assign(findings, option, value, document.origins().apply(List.of("storage", key)));
            }
        });
        Map<String, RawValue> options = table(storage, "options");
        if (!storage.containsKey("imagestore") && options.get("imagestore") instanceof RawValue.Text(String path)) {
            Origin origin = document.origins().apply(List.of("storage", "options", "imagestore"));
            assign(findings, RootTable.IMAGESTORE, new RawValue.Text(path), origin);
        }
        List<RawValue> list = list(options, driver(storage));
        if (!list.isEmpty()) {
            Origin origin = document.origins().apply(List.of("storage", "options"));
            assign(findings, RootTable.STORAGE_OPTION, new RawValue.Items(list), origin);
        }
        if (new RawValue.Truth(true).equals(storage.get("transient_store"))) {
            findings.problem(
                    document.origins().apply(List.of("storage", "transient_store")),
                    "storage.transient_store",
                    "a transient store cannot be shared: its tools keep records of containers where no other looks;"
                            + " remove the line, or give Crius a root and runroot of its own by another storage.conf");
        }
    }

    private static void assign(Findings findings, Option<?> option, RawValue value, Origin origin) {
        findings.assign(new Assignment(RootTable.SCHEMA, RootTable.SCHEMA.name(), option, value, origin));
    }

    private static String driver(Map<String, RawValue> storage) {
        String named = storage.get("driver") instanceof RawValue.Text(String driver) ? driver : "";
        return named.isEmpty() || named.equals("overlay2") ? StorageDriver.OVERLAY.word() : named;
    }

    private static List<RawValue> list(Map<String, RawValue> options, String driver) {
        Map<String, String> found = new LinkedHashMap<>();
        options.forEach((key, value) -> {
            if (GENERAL.containsKey(key)) {
                text(value).ifPresent(text -> found.put(GENERAL.get(key), text));
            }
        });
        table(options, driver).forEach((key, value) -> text(value).ifPresent(text -> found.put(key, text)));
        List<RawValue> list = new ArrayList<>();
        found.forEach((key, text) -> list.add(new RawValue.Text(driver + "." + key + "=" + text)));
        return list;
    }

    private static Map<String, RawValue> table(Map<String, RawValue> parent, String key) {
        return parent.get(key) instanceof RawValue.Entries(Map<String, RawValue> values) ? values : Map.of();
    }

    /** As it would stand in an option list; empty where nothing is said. */
    private static Optional<String> text(RawValue value) {
        String text = switch (value) {
            case RawValue.Text(String words) -> words;
            case RawValue.Truth(boolean truth) -> Boolean.toString(truth);
            case RawValue.Whole(long number) -> Long.toString(number);
            case RawValue.Items(List<RawValue> values) ->
                values.stream().flatMap(item -> text(item).stream()).collect(Collectors.joining(","));
            case RawValue.Entries _, RawValue.Foreign _ -> "";
        };
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
