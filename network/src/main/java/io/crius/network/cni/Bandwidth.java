package io.crius.network.cni;

import io.crius.model.CriusException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Limits of a pod's traffic in bits per second, seen from the pod; an absent direction is not limited. */
public record Bandwidth(OptionalLong ingressBitsPerSecond, OptionalLong egressBitsPerSecond) {
    /** Compat: the burst that CRI-O and containerd pass, in bits: 2^35 - 1, rounded to whole bytes. */
    static final long BURST_BITS = 34359738359L;

    private static final String INGRESS = "kubernetes.io/ingress-bandwidth";
    private static final String EGRESS = "kubernetes.io/egress-bandwidth";
    private static final long LEAST = 1_000;
    private static final long MOST = 1_000_000_000_000_000L;

    private static final Map<String, BigDecimal> SUFFIXES = Map.ofEntries(
            Map.entry("m", new BigDecimal("0.001")),
            Map.entry("", BigDecimal.ONE),
            Map.entry("k", BigDecimal.valueOf(1_000L)),
            Map.entry("M", BigDecimal.valueOf(1_000_000L)),
            Map.entry("G", BigDecimal.valueOf(1_000_000_000L)),
            Map.entry("T", BigDecimal.valueOf(1_000_000_000_000L)),
            Map.entry("P", BigDecimal.valueOf(1_000_000_000_000_000L)),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)));

    /** Reads the two Kubernetes annotations; empty where the pod has neither. */
    static Optional<Bandwidth> ofAnnotations(Map<String, String> annotations) {
        OptionalLong ingress = rate(annotations, INGRESS);
        OptionalLong egress = rate(annotations, EGRESS);
        return ingress.isEmpty() && egress.isEmpty() ? Optional.empty() : Optional.of(new Bandwidth(ingress, egress));
    }

    private static OptionalLong rate(Map<String, String> annotations, String key) {
        String text = annotations.get(key);
        if (text == null) {
            return OptionalLong.empty();
        }
        BigDecimal rate = quantity(text).orElseThrow(() -> invalid(key, text, "it is not a Kubernetes quantity"));
        if (rate.compareTo(BigDecimal.valueOf(LEAST)) < 0 || rate.compareTo(BigDecimal.valueOf(MOST)) > 0) {
            throw invalid(key, text, "it is not between 1k and 1P bits per second");
        }
        return OptionalLong.of(rate.setScale(0, RoundingMode.UP).longValueExact());
    }

    private static Optional<BigDecimal> quantity(String text) {
        int end = 0;
        while (end < text.length() && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        BigDecimal factor = SUFFIXES.get(text.substring(end));
        try {
            return factor == null || end == 0
                    ? Optional.empty()
                    : Optional.of(new BigDecimal(text.substring(0, end)).multiply(factor));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static CriusException.InvalidArgument invalid(String key, String text, String why) {
        return new CriusException.InvalidArgument("pod annotation " + key + " \"" + text + "\": " + why);
    }
}
