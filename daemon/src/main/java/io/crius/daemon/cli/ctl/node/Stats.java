package io.crius.daemon.cli.ctl.node;

import com.google.protobuf.MessageLite;
import io.crius.cri.v1.ContainerStats;
import io.crius.cri.v1.ContainerStatsFilter;
import io.crius.cri.v1.ListContainerStatsRequest;
import io.crius.cri.v1.ListContainerStatsResponse;
import io.crius.daemon.cli.ctl.line.Flag;
import io.crius.daemon.cli.ctl.line.Given;
import io.crius.daemon.cli.ctl.line.Usage;
import io.crius.daemon.cli.ctl.session.CtlCommand;
import io.crius.daemon.cli.ctl.session.Format;
import io.crius.daemon.cli.ctl.session.Session;
import io.crius.daemon.cli.text.Humane;
import io.crius.daemon.cli.text.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code stats}. */
public final class Stats implements CtlCommand {
    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(Sampling.FLAGS);
        flags.add(Flag.text("pod", 'p', "only containers of this pod"));
        flags.add(Flag.on("all", 'a', "also containers that use nothing"));
        flags.add(Format.FLAG);
        return new Usage("stats", "[CONTAINER-ID]", "Show what containers use", false, flags);
    }

    @Override
    public int run(Given given, Session session) throws InterruptedException, IOException {
        return Sampling.show(given, session, new Shown(given, session, request(given)));
    }

    private static ListContainerStatsRequest request(Given given) {
        return ListContainerStatsRequest.newBuilder()
                .setFilter(ContainerStatsFilter.newBuilder()
                        .setId(Sampling.id(given))
                        .setPodSandboxId(given.text("pod", ""))
                        .putAllLabelSelector(given.pairs("label")))
                .build();
    }

    private record Shown(Given given, Session session, ListContainerStatsRequest request) implements Sampling.Tables {
        private List<ContainerStats> list() {
            return session.reads().listContainerStats(request).getStatsList().stream()
                    .sorted(Comparator.comparing(Shown::id))
                    .toList();
        }

        private static String id(ContainerStats stats) {
            return stats.getAttributes().getId();
        }

        @Override
        public Table table() throws InterruptedException {
            var table = new Table("CONTAINER", "NAME", "CPU %", "MEM", "DISK", "INODES");
            for (Sampling.Pair<ContainerStats> pair : Sampling.pairs(given, this::list, Shown::id)) {
                if (given.on("all") || isUsed(pair.now())) {
                    table.add(row(pair));
                }
            }
            return table;
        }

        private static boolean isUsed(ContainerStats stats) {
            return stats.getCpu().getUsageCoreNanoSeconds().getValue() != 0
                    || stats.getMemory().getWorkingSetBytes().getValue() != 0;
        }

        private static List<String> row(Sampling.Pair<ContainerStats> pair) {
            ContainerStats now = pair.now();
            return List.of(
                    Humane.shortId(id(now)),
                    now.getAttributes().getMetadata().getName(),
                    Sampling.percent(pair.before().getCpu(), now.getCpu()),
                    Sampling.memory(now.getMemory()),
                    Humane.size(now.getWritableLayer().getUsedBytes().getValue(), Sampling.DIGITS),
                    Long.toUnsignedString(now.getWritableLayer().getInodesUsed().getValue()));
        }

        @Override
        public MessageLite message() {
            return ListContainerStatsResponse.newBuilder().addAllStats(list()).build();
        }
    }
}
