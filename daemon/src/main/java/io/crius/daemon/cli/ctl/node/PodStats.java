package io.crius.daemon.cli.ctl.node;

import com.google.protobuf.MessageLite;
import io.crius.cri.v1.ListPodSandboxStatsRequest;
import io.crius.cri.v1.ListPodSandboxStatsResponse;
import io.crius.cri.v1.PodSandboxStats;
import io.crius.cri.v1.PodSandboxStatsFilter;
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

/** {@code statsp}. */
public final class PodStats implements CtlCommand {
    @Override
    public Usage usage() {
        List<Flag> flags = new ArrayList<>(Sampling.FLAGS);
        flags.add(Format.FLAG);
        return new Usage("statsp", "[POD-ID]", "Show what pods use", false, flags);
    }

    @Override
    public int run(Given given, Session session) throws InterruptedException, IOException {
        return Sampling.show(given, session, new Shown(given, session, request(given)));
    }

    private static ListPodSandboxStatsRequest request(Given given) {
        return ListPodSandboxStatsRequest.newBuilder()
                .setFilter(PodSandboxStatsFilter.newBuilder()
                        .setId(Sampling.id(given))
                        .putAllLabelSelector(given.pairs("label")))
                .build();
    }

    private record Shown(Given given, Session session, ListPodSandboxStatsRequest request) implements Sampling.Tables {
        private List<PodSandboxStats> list() {
            return session.reads().listPodSandboxStats(request).getStatsList().stream()
                    .sorted(Comparator.comparing(Shown::id))
                    .toList();
        }

        private static String id(PodSandboxStats stats) {
            return stats.getAttributes().getId();
        }

        @Override
        public Table table() throws InterruptedException {
            var table = new Table("POD", "POD ID", "CPU %", "MEM");
            Sampling.pairs(given, this::list, Shown::id).forEach(pair -> table.add(row(pair)));
            return table;
        }

        private static List<String> row(Sampling.Pair<PodSandboxStats> pair) {
            PodSandboxStats now = pair.now();
            return List.of(
                    now.getAttributes().getMetadata().getName(),
                    Humane.shortId(id(now)),
                    Sampling.percent(
                            pair.before().getLinux().getCpu(), now.getLinux().getCpu()),
                    Sampling.memory(now.getLinux().getMemory()));
        }

        @Override
        public MessageLite message() {
            return ListPodSandboxStatsResponse.newBuilder().addAllStats(list()).build();
        }
    }
}
