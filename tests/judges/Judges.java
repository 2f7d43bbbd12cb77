import com.adobe.epubcheck.api.EPUBLocation;
import com.adobe.epubcheck.api.EpubCheck;
import com.adobe.epubcheck.api.MasterReport;
import com.adobe.epubcheck.messages.Message;
import com.adobe.epubcheck.util.FeatureEnum;
import com.adobe.epubcheck.util.ReportingLevel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * EPUBCheck and veraPDF in one process that stays: starting Java and loading their schemas takes
 * seconds, a file after that a fraction of one.
 *
 * <p>In, a line of JSON for each job: {"judge": "epubcheck", "path": "book.epub"} or
 * {"judge": "verapdf", "flavour": "3a", "path": "book.pdf"}. Out, a line of JSON for each job, in
 * order: the verdict, or {"error": "…"} when the judge itself broke. The process ends with its
 * input.
 */
public class Judges {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_FAILURES_SHOWN_OF_A_RULE = 5;

  public static void main(String[] arguments) throws IOException {
    // Both judges chat on the standard output; the answers must have it for themselves.
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    LogManager.getLogManager().reset();
    Locale.setDefault(Locale.ENGLISH);
    VeraGreenfieldFoundryProvider.initialise();

    BufferedReader jobs =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = jobs.readLine(); line != null; line = jobs.readLine()) {
      answers.println(JSON.writeValueAsString(answer(line)));
    }
  }

  private static Map<String, ?> answer(String line) {
    try {
      JsonNode job = JSON.readTree(line);
      File file = new File(job.required("path").asText());
      String judge = job.required("judge").asText();
      switch (judge) {
        case "epubcheck":
          return epubcheck(file);
        case "verapdf":
          return verapdf(file, job.required("flavour").asText());
        default:
          throw new IllegalArgumentException("no judge is called " + judge);
      }
    } catch (Exception | LinkageError | StackOverflowError broken) {
      return Map.of("error", broken.toString());
    }
  }

  /** Counts by severity, and every message, the informative "usage" ones too. */
  private static Map<String, ?> epubcheck(File file) {
    Findings findings = new Findings(file.getName());
    new EpubCheck(file, findings).doValidate();
    Map<String, Object> verdict = new LinkedHashMap<>();
    verdict.put("fatal", findings.getFatalErrorCount());
    verdict.put("error", findings.getErrorCount());
    verdict.put("warning", findings.getWarningCount());
    verdict.put("usage", findings.getUsageCount());
    verdict.put("messages", findings.messages);
    return verdict;
  }

  /** Whether the file conforms, how many checks were made, and the failures, a few of each rule. */
  private static Map<String, ?> verapdf(File file, String name) throws Exception {
    PDFAFlavour flavour = PDFAFlavour.fromString(name);
    if (flavour == PDFAFlavour.NO_FLAVOUR) {
      throw new IllegalArgumentException("no flavour of PDF is called " + name);
    }
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
        PDFAValidator validator =
            Foundries.defaultInstance()
                .createValidator(flavour, MOST_FAILURES_SHOWN_OF_A_RULE, false, true, false)) {
      ValidationResult result = validator.validate(parser);
      List<Map<String, ?>> failures = new ArrayList<>();
      for (TestAssertion check : result.getTestAssertions()) {
        if (check.getStatus() == TestAssertion.Status.FAILED) {
          failures.add(failure(check));
        }
      }
      Map<String, Object> verdict = new LinkedHashMap<>();
      verdict.put("compliant", result.isCompliant());
      verdict.put("checks", result.getTotalAssertions());
      verdict.put("failures", failures);
      return verdict;
    }
  }

  private static Map<String, ?> failure(TestAssertion check) {
    Map<String, Object> failure = new LinkedHashMap<>();
    failure.put("clause", check.getRuleId().getClause());
    failure.put("test", check.getRuleId().getTestNumber());
    failure.put(
        "text", check.getErrorMessage() == null ? check.getMessage() : check.getErrorMessage());
    failure.put("place", check.getLocation() == null ? "" : check.getLocation().getContext());
    return failure;
  }

  /** Keeps what EPUBCheck reports instead of printing it. */
  private static class Findings extends MasterReport {
    final List<Map<String, ?>> messages = new ArrayList<>();

    Findings(String name) {
      setEpubFileName(name);
      setReportingLevel(ReportingLevel.Usage);
    }

    @Override
    public void message(Message message, EPUBLocation place, Object... arguments) {
      Map<String, Object> finding = new LinkedHashMap<>();
      finding.put("code", String.valueOf(message.getID()));
      finding.put("severity", String.valueOf(message.getSeverity()).toLowerCase(Locale.ENGLISH));
      finding.put("text", message.getMessage(arguments));
      finding.put("path", place == null ? "" : place.getPath());
      finding.put("line", place == null ? -1 : place.getLine());
      finding.put("column", place == null ? -1 : place.getColumn());
      messages.add(finding);
    }

    @Override
    public void info(String resource, FeatureEnum feature, String value) {}

    @Override
    public int generate() {
      return 0;
    }

    @Override
    public void initialize() {}
  }
}
