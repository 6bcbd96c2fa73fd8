package io.crius.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole configuration of a node, one record per TOML table. Immutable.
 *
 * @param runtimes the OCI runtimes by handler name; the built-in ones are {@code crun} and {@code runc}
 */
public record CriusConfig(
        RootTable root,
        ApiTable api,
        RuntimeTable runtime,
        Map<String, HandlerTable> runtimes,
        Map<String, WorkloadTable> workloads,
        ImageTable image,
        NetworkTable network,
        MetricsTable metrics,
        TracingTable tracing,
        StatsTable stats,
        NriTable nri,
        NriValidatorTable nriValidator,
        CriusTable crius) {

    static final List<TableSchema> SCHEMAS = List.of(
            RootTable.SCHEMA,
            ApiTable.SCHEMA,
            RuntimeTable.SCHEMA,
            HandlerTable.SCHEMA,
            WorkloadTable.SCHEMA,
            ImageTable.SCHEMA,
            NetworkTable.SCHEMA,
            MetricsTable.SCHEMA,
            TracingTable.SCHEMA,
            StatsTable.SCHEMA,
            NriTable.SCHEMA,
            NriValidatorTable.SCHEMA,
            CriusTable.SCHEMA);

    public CriusConfig {
        runtimes = Collections.unmodifiableMap(new TreeMap<>(runtimes));
        workloads = Collections.unmodifiableMap(new TreeMap<>(workloads));
    }

    /** What holds when nobody configures anything. */
    public static CriusConfig defaults() {
        return of(Map.of());
    }

    /** The configuration made of the given tables, by dotted name; the others are as built in. */
    static CriusConfig of(Map<String, Settings> tables) {
        return new CriusConfig(
                new RootTable(table(tables, RootTable.SCHEMA)),
                new ApiTable(table(tables, ApiTable.SCHEMA)),
                new RuntimeTable(table(tables, RuntimeTable.SCHEMA)),
                handlers(tables),
                workloads(tables),
                new ImageTable(table(tables, ImageTable.SCHEMA)),
                new NetworkTable(table(tables, NetworkTable.SCHEMA)),
                new MetricsTable(table(tables, MetricsTable.SCHEMA)),
                new TracingTable(table(tables, TracingTable.SCHEMA)),
                new StatsTable(table(tables, StatsTable.SCHEMA)),
                new NriTable(table(tables, NriTable.SCHEMA)),
                new NriValidatorTable(table(tables, NriValidatorTable.SCHEMA)),
                new CriusTable(table(tables, CriusTable.SCHEMA)));
    }

    /** The handler that serves {@code name}; the empty name is the default runtime. Empty when there is none. */
    public Optional<HandlerTable> handler(String name) {
        return Optional.ofNullable(runtimes.get(name.isEmpty() ? runtime.defaultRuntime() : name));
    }

    /** Every table in force, in the order in which they are printed. */
    public List<Settings> tables() {
        List<Settings> tables = new ArrayList<>();
        tables.add(root.settings());
        tables.add(api.settings());
        tables.add(runtime.settings());
        runtimes.values().forEach(handler -> tables.add(handler.settings()));
        workloads.values().forEach(workload -> tables.add(workload.settings()));
        tables.add(image.settings());
        tables.add(network.settings());
        tables.add(metrics.settings());
        tables.add(tracing.settings());
        tables.add(stats.settings());
        tables.add(nri.settings());
        tables.add(nriValidator.settings());
        tables.add(crius.settings());
        return List.copyOf(tables);
    }

    private static Settings table(Map<String, Settings> tables, TableSchema schema) {
        return tables.getOrDefault(schema.name(), Settings.defaults(schema));
    }

    private static Map<String, HandlerTable> handlers(Map<String, Settings> tables) {
        Map<String, HandlerTable> handlers = new TreeMap<>();
        HandlerTable.builtIn().forEach(handler -> handlers.put(handler.handler(), handler));
        members(tables, HandlerTable.SCHEMA)
                .forEach((name, settings) -> handlers.put(name, new HandlerTable(settings)));
        return handlers;
    }

    private static Map<String, WorkloadTable> workloads(Map<String, Settings> tables) {
        Map<String, WorkloadTable> workloads = new TreeMap<>();
        members(tables, WorkloadTable.SCHEMA)
                .forEach((name, settings) -> workloads.put(name, new WorkloadTable(settings)));
        return workloads;
    }

    private static Map<String, Settings> members(Map<String, Settings> tables, TableSchema schema) {
        String prefix = schema.instance("");
        Map<String, Settings> members = new TreeMap<>();
        tables.forEach((name, settings) -> {
            if (settings.schema().name().equals(schema.name())) {
                members.put(name.substring(prefix.length()), settings);
            }
        });
        return members;
    }
}
