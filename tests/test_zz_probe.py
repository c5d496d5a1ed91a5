from tests.test_pages import *
from dpn.images import prepare
from dpn.ui.answers import input_spec
def test_x(canvas):
    s = Session("pages/2_Classify.py")
    canvas.draw(*SEVEN); s.run()
    print(s.texts, s.charts, s.infos, s.errors)
    print(answer_of_shipped(canvas).round(3))
    run = Run(SHIPPED / "shipped-digits-dpn")
    for lines in (SEVEN, [[(60,60),(220,60),(120,240)]], [[(140,40),(140,240)]], [[(140,45),(85,80),(75,150),(100,225),(150,240),(195,190),(200,110),(175,60),(140,45)]]):
        im=Image.new("L",(280,280),255)
        for l in lines: ImageDraw.Draw(im).line(l,0,18,joint="curve")
        p=prepare(np.asarray(im.convert("RGBA")), input_spec(run.config()),"drawing")
        print(p.input[0])
        print(ui.server().predict(run,p.input[None]).probabilities.round(2))
